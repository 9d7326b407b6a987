"""What the backend knows before anyone presses: buttons, case files, patrols and who may log in."""
