"""Names of the environment variables that the services read: no secret stands on a command line."""

TOKEN_VARIABLE = "VIVIM_DEMO_TOKEN"
DSN_VARIABLE = "VIVIM_DEMO_DSN"
