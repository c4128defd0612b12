"""The SuperAI Flow Platform: runs of flows, and the tasks in them that wait for a person."""
