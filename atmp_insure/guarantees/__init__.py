"""What is covered: products in their dated versions, and one pure module per guarantee (`catalogue/`)."""
