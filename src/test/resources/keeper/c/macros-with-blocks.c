/* What macros do to statements: blocks, loops, guards, and no semicolons. */
static int drain(struct hub *hub)
{
	struct port *port, *next;
	char *name __free(kfree) = kstrdup(hub->name, GFP_KERNEL);
	CLASS(fd, file)(hub->number);

	guard(mutex)(&hub->lock);
	list_for_each_entry_safe(port, next, &hub->ports, node) {
		port_drop(port);
	}
	for_each_port(hub, port)
		port->idle = true;
	for_each_port(hub, port)
		if (port->idle)
			continue;
		else
			break;
	list_for_each_entry(port, &hub->ports, node)
		(void)port_drop(port);
	scoped_guard(spinlock_irqsave, &hub->irq_lock) {
		hub->pending = 0;
	}
	scoped_guard(rcu)
		hub_peek(hub);
	scoped_cond_guard(mutex_intr, return -EINTR, &hub->other) {
		hub->n++;
	}
	scoped_cond_guard(mutex_try, { hub->missed++; goto busy; }, &hub->other)
		hub->n--;
	wait_event_cmd(hub->wq, hub->n == 0, mutex_unlock(&hub->a); hub->x = 1, mutex_lock(&hub->a));
	forever {
		break;
	}
	HUB_ASSERT(hub->n, ==, 0)
	HUB_TRACE
	if (hub->n)
		HUB_WARN(hub)
	if_empty(hub)
		return 0;
	else
		hub_reset(hub);
	alternative_input("", "clflush (%[a])", X86_BUG, [a] "a" (hub), "=r" (name));
	X86_SET(.event = 1, .mask = 2);
busy:
	return -EBUSY;
}

/* More that macros are handed, and calls that bring their own semicolon. */
static void odd(struct hub *hub)
{
	typedef const char *(namer_t)(int);
	namer_t *namer __attribute__((unused)) = hub->namer;
	u32 (*filters[])[4] = { &hub->low, &hub->high };

	if (hub->n)
		HUB_WARN(hub)
	else
		hub->n = 1;
	TEST(, andnot, &= ~, hub);
	printk(KERN_INFO
	       pr_fmt("one " VERSION
		      " two"));
	printk(KERN_WARNING
	       NAME "three");
	writel(((u16(*)[2])hub->buf)[0][1], hub->regs);
	do_while_macro(({ int a = 1; a; }), struct hub *, int (*)(void), hub->n ? : 2);
	switch (hub->n) {
	case_macro(3)
	default:
		return;
	}
}
