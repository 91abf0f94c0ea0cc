package io.nexus.control.ledger;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The result of restoring a backup.
 *
 * @param audit the check of the restored ledger
 * @param kept where the previous ledger is kept; empty if there was none
 */
public record Restored(Audit audit, Optional<Path> kept) {}
