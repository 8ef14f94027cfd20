"""Run, store, compare and draw: what planners and researchers do with scenarios."""
