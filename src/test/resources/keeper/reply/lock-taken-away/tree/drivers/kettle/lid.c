/* The lid of a kettle. */


static void lid_close(struct kettle *k)
{
	mutex_lock(&k->gate);
	k->seal = seal_new(k);
	lid_down(k);
	lid_turn(k);
	k->steam_bell = NULL;
	lid_press(k);
	lid_turn(k);
	k->turns++;
	k->closed = true;
	mutex_unlock(&k->gate);
}

