/* Preprocessor groups inside a function: two readings, dead code, one question asked twice. */
static int start(struct dev *dev)
{
	int err = 0;
#ifdef CONFIG_PM
	err = pm_get(dev);
#else
	dev->always_on = true;
#endif
#if 0
	dead(dev);
#elif defined(CONFIG_X)
	x(dev);
#endif
	start_queue(dev);
#ifndef CONFIG_PM
	no_pm(dev);
#endif
#define LOCAL 1
	return err;
}

/* The braces of the branches differ: both readings balance all the same. */
static void stop(struct dev *dev)
{
#ifdef CONFIG_A
	if (dev->a) {
#else
	if (dev->b) {
		dev->c = 1;
#endif
		halt(dev);
#ifdef CONFIG_B
	} else {
		rest(dev);
#endif
	}
}

/* Closed under one condition and opened under another: only some choices balance. */
static void flip(struct dev *dev)
{
#ifdef CONFIG_OPEN
	if (dev->a) {
#endif
		halt(dev);
#if CONFIG_LEVEL > 2
	}
#endif
}

#ifdef CONFIG_WIDE
static int width(struct dev *dev, int more)
#else
static int width(struct dev *dev)
#endif
{
	return 1;
}

#if 0
static int dead_function(void)
{
	return 1;
}
#endif

int after_all(void)
{
	return 2;
}
