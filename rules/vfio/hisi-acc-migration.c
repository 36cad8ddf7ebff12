/* SPDX-License-Identifier: GPL-2.0-or-later */
struct hisi_acc_vf_migration_file {
	struct mutex lock;
	bool disabled;
};

struct hisi_acc_vf_core_device {
	struct mutex state_mutex;
	int mig_state;
	struct hisi_acc_vf_migration_file *saving_migf;
};

void set_state(struct hisi_acc_vf_core_device *vdev, int state)
{
	mutex_lock(&vdev->state_mutex);
	vdev->mig_state = state;
	mutex_unlock(&vdev->state_mutex);
	vdev->saving_migf = NULL;	/* expect: unguarded-access state_mutex */
	if (vdev->mig_state == 1)	/* expect: unguarded-access state_mutex */
		note(vdev);
}

void end_file(struct hisi_acc_vf_core_device *vdev, struct hisi_acc_vf_migration_file *migf)
{
	migf->disabled = true;	/* expect: unguarded-access lock */
	mutex_lock(&migf->lock);
	mutex_lock(&vdev->state_mutex);	/* expect: lock-order state_mutex */
	mutex_unlock(&vdev->state_mutex);
	mutex_unlock(&migf->lock);
}
