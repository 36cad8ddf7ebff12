/* SPDX-License-Identifier: GPL-2.0-or-later */
struct io_pagetable {
	struct rw_semaphore domains_rwsem;
	unsigned int next_domain_id;
	struct rw_semaphore iova_rwsem;
	unsigned long iova_alignment;
};

struct iommufd_device {
	struct mutex iopf_lock;
	unsigned int iopf_enabled;
};

void align(struct io_pagetable *iopt)
{
	down_read(&iopt->domains_rwsem);
	down_write(&iopt->iova_rwsem);
	iopt->iova_alignment = 1;
	iopt->next_domain_id++;	/* expect: unguarded-access domains_rwsem */
	up_write(&iopt->iova_rwsem);
	up_read(&iopt->domains_rwsem);
}

void upside_down(struct io_pagetable *iopt)
{
	down_read(&iopt->iova_rwsem);
	down_write(&iopt->domains_rwsem);	/* expect: lock-order domains_rwsem */
	up_write(&iopt->domains_rwsem);
	iopt->iova_alignment = 2;	/* expect: unguarded-access iova_rwsem */
	up_read(&iopt->iova_rwsem);
}

void count_faults(struct iommufd_device *idev)
{
	idev->iopf_enabled++;	/* expect: unguarded-access iopf_lock */
}
