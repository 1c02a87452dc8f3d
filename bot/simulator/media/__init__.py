"""Real media, made when they are first asked for: pictures by Pillow, videos and sounds by PyAV."""
