"""Simulated phones and patrols: clients over the same sockets as real ones. No sound, no real person, no road."""
