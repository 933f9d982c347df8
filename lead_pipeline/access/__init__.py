"""Who may do what: tokens with a role each. Checked by the page and its API, made by a command."""
