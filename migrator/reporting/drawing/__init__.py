"""What is drawn, as SVG inside a page: graph, plot, shares; and the colours of every page. Pure."""
