"""Generated forms as pure logic: codecs per kind, the state of a form, and the machine that its keys drive.

No screen, no language catalogue, no I/O: used by the terminal form, by dialogs and by commands alike.
"""
