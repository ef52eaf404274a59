// The network kernels, gathered for the core. Each family keeps one index.
