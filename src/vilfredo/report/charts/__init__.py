"""Charts as plain values, and what draws them: SVG for pages, matplotlib for papers."""
