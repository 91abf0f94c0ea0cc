/** Benchmarks of reading answers: they stand in the package that reads them. */
@NullMarked
package io.nexus.server.dialect.openai.chat;

import org.jspecify.annotations.NullMarked;
