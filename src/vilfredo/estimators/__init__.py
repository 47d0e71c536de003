"""The scikit-learn face: `ImageSearch`, `SeriesSearch`, `TabularSearch`."""
