/* SPDX-License-Identifier: GPL-2.0-or-later */
struct pds_vfio_lm_file {
	struct mutex lock;
	u64 size;
	bool disabled;
};

struct pds_vfio_pci_device {
	struct mutex state_mutex;
	int state;
};

void to_error(struct pds_vfio_pci_device *pds_vfio)
{
	mutex_lock(&pds_vfio->state_mutex);
	pds_vfio->state = 1;
	mutex_unlock(&pds_vfio->state_mutex);
	pds_vfio->state = 0;	/* expect: unguarded-access state_mutex */
}

void grow(struct pds_vfio_lm_file *lm_file, struct pds_vfio_pci_device *pds_vfio)
{
	mutex_lock(&lm_file->lock);
	lm_file->size++;
	mutex_lock(&pds_vfio->state_mutex);	/* expect: lock-order state_mutex */
	mutex_unlock(&pds_vfio->state_mutex);
	mutex_unlock(&lm_file->lock);
	lm_file->size = 0;	/* expect: unguarded-access lm_file->lock */
	if (lm_file->disabled)	/* expect: unguarded-access lm_file->lock */
		note(lm_file);
}
