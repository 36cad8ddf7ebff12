/* SPDX-License-Identifier: GPL-2.0-only */
/* A sample for the demonstration: as much of a vfio device as the story needs. */
#ifndef VFIO_PCI_CORE_H
#define VFIO_PCI_CORE_H

#include <linux/mutex.h>
#include <linux/eventfd.h>

struct vfio_pci_core_device {
	struct pci_dev		*pdev;
	struct mutex		open_lock;	/* protects users */
	unsigned int		users;
	struct mutex		igate;		/* protects the triggers */
	struct eventfd_ctx	*err_trigger;
	struct eventfd_ctx	*req_trigger;
};

#endif
