"""A bundle's form: what is asked for, its manifest, its members' names, the zip around them. Pure; bytes in, facts out."""
