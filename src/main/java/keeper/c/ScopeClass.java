// SPDX-License-Identifier: GPL-2.0-or-later
package keeper.c;

import java.util.List;
import java.util.Optional;
import keeper.text.Span;

/**
 * A class of scope objects as include/linux/cleanup.h defines them: {@code DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T),
 * mutex_unlock(_T))}, {@code DEFINE_FREE(kfree, void *, …)}, {@code DEFINE_CLASS}, {@code DEFINE_LOCK_GUARD_1}, and the {@code _COND} ones.
 *
 * @param macro what defines it
 * @param name the class: {@code mutex}; of a conditional one with its extension: {@code mutex_try}
 * @param base the class it adds a condition to, else empty
 * @param type of the object; no base where the macro takes none
 * @param enter what runs when the scope begins; absent in DEFINE_FREE
 * @param leave what runs when it ends; absent in the conditional ones
 * @param span the definition
 */
public record ScopeClass(
    String macro, String name, String base, Type type, Optional<Expression> enter, Optional<Expression> leave, Span span) {}
