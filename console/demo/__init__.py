"""Three small real services that make real errors."""
