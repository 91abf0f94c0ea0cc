package io.nexus.control.ledger;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What became of a ledger in whose place a backup was put.
 *
 * @param audit what the backup holds
 * @param kept where what was there before is; empty if there was nothing
 */
public record Restored(Audit audit, Optional<Path> kept) {}
