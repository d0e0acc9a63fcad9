"""From the files of `config/product/` to what frequencies rest on."""
