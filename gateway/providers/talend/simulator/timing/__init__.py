"""When tasks and plans are due: triggers as clients write them, and the times that follow from them."""
