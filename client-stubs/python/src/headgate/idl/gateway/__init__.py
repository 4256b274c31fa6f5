__all__ = ['ttypes', 'constants', 'Meta', 'Produce', 'Consume']
