/* SPDX-License-Identifier: GPL-2.0-or-later */
struct eventfd_ctx {
	struct wait_queue_head wqh;
	u64 count;
};

void add_one(struct eventfd_ctx *ctx)
{
	unsigned long flags;
	u64 cnt;

	spin_lock_irqsave(&ctx->wqh.lock, flags);
	ctx->count++;
	eventfd_ctx_do_read(ctx, &cnt);
	spin_unlock_irqrestore(&ctx->wqh.lock, flags);
	ctx->count = 0;	/* expect: unguarded-access ctx->count */
	eventfd_ctx_do_read(ctx, &cnt);	/* expect: callee-requires-lock wqh.lock */
}
