/* SPDX-License-Identifier: GPL-2.0-or-later */
struct gate {
	struct mutex lock;
	spinlock_t state_lock;
};

void gate_suspend(struct gate *gate)
{
	mutex_lock(&gate->lock);
	gate_power_off(gate);
	mutex_unlock(&gate->lock);
	gate_power_off(gate);	/* expect: broken-rule lock */
}

void gate_resume(struct gate *gate)
{
	gate_train(gate);
	spin_lock(&gate->state_lock);
	gate_train(gate);	/* expect: broken-rule state_lock */
	spin_unlock(&gate->state_lock);
}
