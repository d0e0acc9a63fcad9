"""Charts as plain ECharts options, the same shapes for screen and paper; `chart_images` draws them."""
