"""What was made together, machines or dates: what a step on one of it reaches."""
