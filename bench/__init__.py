"""How fast the doors are beside stock Flask-AppBuilder on the same rows: `make bench`. Not part of the suite."""
