// What makes the report's page look and move.
#pragma once

namespace belamy {

extern const char* const kReportStyle;   // CSS
extern const char* const kReportScript;  // JavaScript: the timeline, and values under the pointer

}  // namespace belamy
