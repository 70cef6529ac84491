"""The words for what ended an export run other than the data themselves.

The shape is that of the validation report, so that one screen shows both; no personal value ever enters it.
Not here: problems found in the data (`exports.report`).
"""

from __future__ import annotations

from typing import Any

TEXTS: dict[str, tuple[str, str]] = {
    "validation_failed": (
        "Dữ liệu không đạt kiểm tra; bản đã công bố được giữ nguyên. Báo cáo nêu từng lỗi cần sửa.",
        "The data did not pass the checks; the published version stays. The report names each problem to mend.",
    ),
    "projection": (
        "Nguồn dữ liệu có cột không được phép công khai hoặc thiếu cột; không có gì được ghi ra.",
        "The source offers columns that may not be published, or lacks some; nothing was written.",
    ),
    "statistics": (
        "Số liệu và hệ thống cơ quan không khớp nhau.",
        "The figures and the tree of agencies do not fit together.",
    ),
    "schema": (
        "Không đọc được lược đồ dữ liệu của gói.",
        "The schema of the package cannot be read.",
    ),
    "disk_full": (
        "Ổ đĩa đã đầy. Hãy giải phóng dung lượng; lần xuất sau sẽ tự chạy lại.",
        "The disk is full. Free some space; the export tries again by itself.",
    ),
    "disk_error": (
        "Không ghi được vào ổ đĩa. Hãy kiểm tra ổ đĩa và quyền ghi thư mục.",
        "The disk refused the files. Check the disk and the rights of the folder.",
    ),
    "package_busy": (
        "Gói dữ liệu đang được một tiến trình khác xử lý.",
        "Another process is working on this package.",
    ),
    "damaged_index": (
        "Danh mục phiên bản của gói đã bị thay đổi ngoài hệ thống.",
        "The list of versions of the package was changed outside the system.",
    ),
    "database_error": (
        "Mất kết nối hoặc lỗi cơ sở dữ liệu khi đọc dữ liệu.",
        "The database failed or the connection was lost while reading.",
    ),
    "timed_out": ("Quá thời gian cho phép của một lần chạy.", "The run took longer than a run may."),
    "out_of_memory": ("Máy chủ không đủ bộ nhớ.", "The machine ran out of memory."),
    "worker_lost": (
        "Tiến trình xử lý đã dừng đột ngột giữa chừng.",
        "The process that worked on the run ended suddenly.",
    ),
    "never_started": (
        "Lần chạy không bắt đầu được sau nhiều lần thử. Hãy kiểm tra tiến trình nền rồi bấm chạy lại.",
        "The run could not be started after many tries. Check the background worker, then run it again.",
    ),
    "unexpected": (
        "Lỗi ngoài dự kiến. Hãy báo quản trị hệ thống kèm số lần chạy.",
        "An unexpected error. Tell the system administrator the number of the run.",
    ),
}


def outcome_report(package: str, code: str) -> dict[str, Any]:
    """The report of a run that ended without a validation report. Unknown codes read as unexpected."""
    known = code if code in TEXTS else "unexpected"
    message_vi, message_en = TEXTS[known]
    problem = {
        "resource": "",
        "row": 0,
        "key": "",
        "field": "",
        "code": known,
        "message_vi": message_vi,
        "message_en": message_en,
        "value_shown": "",
    }
    return {
        "package": package,
        "valid": False,
        "rows": {},
        "problem_count": 1,
        "counts": [{"resource": "", "field": "", "code": known, "count": 1}],
        "problems": [problem],
    }
