"""The Textual application: draws what the workbench knows, and never asks which system it is drawing."""
