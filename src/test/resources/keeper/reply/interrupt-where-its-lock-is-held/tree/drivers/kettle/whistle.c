static irqreturn_t whistle_irq(int irq, void *data)
{
	struct whistle *w = data;

	spin_lock(&w->air);
	w->blown++;
	spin_unlock(&w->air);
	return IRQ_HANDLED;
}

static void whistle_reset(struct whistle *w)
{
	unsigned long flags;

	spin_lock_irqsave(&w->air, flags);
	w->blown = 0;
	spin_unlock_irqrestore(&w->air, flags);
}
