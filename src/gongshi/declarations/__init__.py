"""The declarative files of a site, read as pydantic models: agency, list, platform, policy."""
