// SPDX-License-Identifier: GPL-2.0-or-later
static const struct file_operations *usb_minors[256];
static DECLARE_RWSEM(minor_rwsem);

const struct file_operations *sample_open(int minor)
{
	const struct file_operations *fops;

	down_read(&minor_rwsem);
	fops = fops_get(usb_minors[minor]);
	up_read(&minor_rwsem);
	return fops;
}

void sample_give_back(struct usb_interface *intf)
{
	down_read(&minor_rwsem);
	usb_minors[intf->minor] = NULL;	/* expect: unguarded-access minor_rwsem */
	up_read(&minor_rwsem);
}

void sample_register(struct usb_interface *intf, const struct file_operations *fops)
{
	down_write(&minor_rwsem);
	usb_minors[intf->minor] = fops;
	up_write(&minor_rwsem);
}
