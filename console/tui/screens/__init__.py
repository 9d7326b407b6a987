"""The screens: the desk of the dispatcher, the login, and what opens over the desk."""
