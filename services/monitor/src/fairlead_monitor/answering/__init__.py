"""Reports as answers: from the files here, or from the copy of the monitor that has them."""
