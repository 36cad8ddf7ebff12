static void steam_work(struct work_struct *work)
{
	struct steam *s = container_of(work, struct steam, work);

	mutex_lock(&s->lid);
	s->puffs++;
	mutex_unlock(&s->lid);
}

static void steam_stop(struct steam *s)
{
	mutex_lock(&s->lid);
	s->hot = false;
	mutex_unlock(&s->lid);
	cancel_work_sync(&s->work);
}
