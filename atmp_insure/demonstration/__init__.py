"""An invented portfolio to walk into: companies, people, papers, made through the services of real work."""
