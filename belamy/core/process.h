// What the system knows of this process.
#pragma once

namespace belamy {

/// Since the process began, before main() and the loading of libraries; to about 10 ms. 0 where the
/// system does not tell.
double seconds_since_start();

/// The largest resident set so far, in MB of 2^20 bytes.
double peak_resident_megabytes();

}  // namespace belamy
