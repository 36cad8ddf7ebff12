/* SPDX-License-Identifier: GPL-2.0-or-later */
struct vfio_pci_core_device {
	struct list_head sriov_pfs_item;
	struct vfio_pci_core_device *sriov_pf_core_dev;
};

static DEFINE_MUTEX(vfio_pci_sriov_pfs_mutex);
static LIST_HEAD(vfio_pci_sriov_pfs);

void sriov_on(struct vfio_pci_core_device *vdev, struct vfio_pci_core_device *vf)
{
	mutex_lock(&vfio_pci_sriov_pfs_mutex);
	list_add_tail(&vdev->sriov_pfs_item, &vfio_pci_sriov_pfs);
	vf->sriov_pf_core_dev = vdev;
	mutex_unlock(&vfio_pci_sriov_pfs_mutex);
}

void sriov_off(struct vfio_pci_core_device *vdev, struct vfio_pci_core_device *vf)
{
	list_del_init(&vdev->sriov_pfs_item);	/* expect: unguarded-access vfio_pci_sriov_pfs_mutex */
	vf->sriov_pf_core_dev = NULL;	/* expect: unguarded-access vfio_pci_sriov_pfs_mutex */
	list_add(&vf->sriov_pfs_item, &vfio_pci_sriov_pfs);	/* expect: unguarded-access vfio_pci_sriov_pfs */	/* expect: unguarded-access vf->sriov_pfs_item */
}
