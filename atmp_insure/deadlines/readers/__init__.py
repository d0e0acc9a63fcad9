"""From the dated files of `config/regulation/deadlines` to frozen values."""
