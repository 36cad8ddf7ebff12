/* SPDX-License-Identifier: GPL-2.0-or-later */
static DEFINE_SPINLOCK(virqfd_lock);

void end_one(struct virqfd *virqfd)
{
	unsigned long flags;

	spin_lock_irqsave(&virqfd_lock, flags);
	virqfd_deactivate(virqfd);
	spin_unlock_irqrestore(&virqfd_lock, flags);
	virqfd_deactivate(virqfd);	/* expect: callee-requires-lock virqfd_lock */
}

void end_slot(struct virqfd **slot)
{
	vfio_virqfd_disable(slot);
	spin_lock_irq(&virqfd_lock);
	vfio_virqfd_disable(slot);	/* expect: sleep-in-atomic virqfd_lock */	/* expect: double-lock virqfd_lock */
	spin_unlock_irq(&virqfd_lock);
}

static int virqfd_wakeup(wait_queue_entry_t *wait, unsigned int mode, int sync, void *key)
{
	msleep(1);	/* expect: sleep-in-atomic msleep */
	return 0;
}
