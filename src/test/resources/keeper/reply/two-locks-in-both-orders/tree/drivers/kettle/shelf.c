static void shelf_count(struct shelf *s, struct kettle *k)
{
	mutex_lock(&s->lock);
	mutex_lock(&k->gate);
	s->kettles++;
	mutex_unlock(&k->gate);
	mutex_unlock(&s->lock);
}

static void shelf_drop(struct shelf *s, struct kettle *k)
{
	mutex_lock(&k->gate);
	s->kettles--;
	mutex_unlock(&k->gate);
}
