// SPDX-License-Identifier: GPL-2.0-or-later
struct usb_dev_state {
	spinlock_t lock;
	struct list_head async_pending;
	struct list_head async_completed;
	u32 disabled_bulk_eps;
};

struct async {
	struct list_head asynclist;
	struct usb_dev_state *ps;
	u8 bulk_addr;
};

static void cancel_bulk_urbs(struct usb_dev_state *ps, unsigned int bulk_addr)
{
	ps->disabled_bulk_eps |= 1 << bulk_addr;
}

void sample_pending(struct async *as)
{
	struct usb_dev_state *ps = as->ps;
	unsigned long flags;

	spin_lock_irqsave(&ps->lock, flags);
	list_add_tail(&as->asynclist, &ps->async_pending);
	spin_unlock_irqrestore(&ps->lock, flags);
	ps->disabled_bulk_eps &= ~(1 << as->bulk_addr);	/* expect: unguarded-access ps->lock */
}

void sample_completed(struct urb *urb)
{
	struct async *as = urb->context;

	list_move_tail(&as->asynclist, &as->ps->async_completed);	/* expect: unguarded-access as->ps->lock */	/* expect: unguarded-access as->asynclist */
	cancel_bulk_urbs(as->ps, as->bulk_addr);	/* expect: callee-requires-lock as->ps->lock */
}
