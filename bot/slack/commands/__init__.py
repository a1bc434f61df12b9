"""The subcommands of `/kam`, one module each. A new one is a module and a line in `help.COMMANDS`."""
