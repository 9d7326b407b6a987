"""What travels between devices, patrols, backend and consoles, and what is kept in files."""
