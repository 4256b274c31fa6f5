__all__ = ['ttypes', 'constants', 'Admin']
