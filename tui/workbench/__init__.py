"""Between a key press and a remote system: durable, without a screen and without a network of its own."""
