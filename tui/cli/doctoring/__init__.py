"""The examinations of ``shiftdeck doctor``, one module for each part of the body."""
