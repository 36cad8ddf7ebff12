/* SPDX-License-Identifier: GPL-2.0-or-later */
static LIST_HEAD(producers);
static LIST_HEAD(consumers);
static DEFINE_MUTEX(lock);

int join(struct irq_bypass_producer *prod, struct irq_bypass_consumer *cons)
{
	mutex_lock(&lock);
	list_add(&prod->node, &producers);
	__connect(prod, cons);
	irq_bypass_unregister_producer(prod);	/* expect: double-lock lock */
	mutex_unlock(&lock);
	list_add(&cons->node, &consumers);	/* expect: unguarded-access lock */
	return __connect(prod, cons);	/* expect: callee-requires-lock lock */
}
