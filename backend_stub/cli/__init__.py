"""The command `msa-stub`: a stand-in for the national backend, and phones and patrols to go with it."""

from __future__ import annotations

from console.wire.program import SubCommand, run_program

ABOUT = "Stand-in for the national backend of the mobile stalking alarm."

COMMANDS = (
    SubCommand("demo", "backend_stub.cli.demo", "Backend, simulator and console together."),
    SubCommand("serve", "backend_stub.cli.serve", "Run the backend."),
    SubCommand("simulate", "backend_stub.cli.simulate", "Simulated phones and patrols."),
    SubCommand("exercise", "backend_stub.cli.exercise", "The world of an exercise (msa exercise opens it)."),
    SubCommand("press", "backend_stub.cli.press", "One device by hand."),
    SubCommand("buttons", "backend_stub.cli.buttons", "List the allocated and stocked buttons."),
    SubCommand("casefile", "backend_stub.cli.casefile", "Show a case file, or change it."),
    SubCommand("backup", "backend_stub.cli.backup:backup", "Copy the ledger while a backend writes it."),
    SubCommand("restore", "backend_stub.cli.backup:restore", "Put a backup back, under a new epoch."),
    SubCommand("accounts", "backend_stub.cli.accounts", "List, disable or enable who may log in."),
    SubCommand("ledger", "backend_stub.cli.ledger", "Check the ledger's chain, or export it."),
)
"""Every sub-command. Its module is imported only when it is asked for (`console.wire.program`)."""


def main() -> int:
    """Run `msa-stub` with the arguments of this process and return its exit code."""
    return run_program("msa-stub", ABOUT, COMMANDS)
